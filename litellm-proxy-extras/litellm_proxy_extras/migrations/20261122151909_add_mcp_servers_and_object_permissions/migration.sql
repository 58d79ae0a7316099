-- CreateEnum
CREATE TYPE "LiteLLM_McpTransport" AS ENUM ('http', 'sse', 'stdio');

-- AlterTable
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN     "mcp_tool" TEXT;

-- AlterTable
ALTER TABLE "LiteLLM_Team" ADD COLUMN     "object_permission_id" TEXT;

-- AlterTable
ALTER TABLE "LiteLLM_User" ADD COLUMN     "object_permission_id" TEXT;

-- AlterTable
ALTER TABLE "LiteLLM_VirtualKey" ADD COLUMN     "object_permission_id" TEXT;

-- CreateTable
CREATE TABLE "LiteLLM_McpServer" (
    "server_id" TEXT NOT NULL,
    "alias" TEXT,
    "description" TEXT,
    "url" TEXT,
    "transport" "LiteLLM_McpTransport" NOT NULL DEFAULT 'http',
    "auth_type" TEXT,
    "groups" TEXT[],
    "allowed_tools" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "scopes" TEXT[] DEFAULT ARRAY['tools:list', 'tools:call']::TEXT[],
    "command" TEXT,
    "args" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "env" JSONB DEFAULT '{}',
    "healthy" BOOLEAN,
    "checked_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_McpServer_pkey" PRIMARY KEY ("server_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_McpUserCredential" (
    "user_id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "McpUserCredential_pkey" PRIMARY KEY ("user_id","server_id")
);

-- CreateTable
CREATE TABLE "LiteLLM_ObjectPermission" (
    "object_permission_id" TEXT NOT NULL,
    "mcp_servers" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "mcp_groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "mcp_tools" JSONB,
    "vector_stores" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "LiteLLM_ObjectPermission_pkey" PRIMARY KEY ("object_permission_id")
);

-- AddForeignKey
ALTER TABLE "LiteLLM_Team" ADD CONSTRAINT "LiteLLM_Team_object_permission_id_fkey" FOREIGN KEY ("object_permission_id") REFERENCES "LiteLLM_ObjectPermission"("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_User" ADD CONSTRAINT "LiteLLM_User_object_permission_id_fkey" FOREIGN KEY ("object_permission_id") REFERENCES "LiteLLM_ObjectPermission"("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_VirtualKey" ADD CONSTRAINT "LiteLLM_VirtualKey_object_permission_id_fkey" FOREIGN KEY ("object_permission_id") REFERENCES "LiteLLM_ObjectPermission"("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_McpUserCredential" ADD CONSTRAINT "McpUserCredential_user_fkey" FOREIGN KEY ("user_id") REFERENCES "LiteLLM_User"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiteLLM_McpUserCredential" ADD CONSTRAINT "McpUserCredential_server_fkey" FOREIGN KEY ("server_id") REFERENCES "LiteLLM_McpServer"("server_id") ON DELETE CASCADE ON UPDATE CASCADE;
